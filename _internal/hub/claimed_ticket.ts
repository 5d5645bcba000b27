import {
  isCurrent,
  type Memory,
  PARTICIPANT,
  participantAt,
  slotOf,
} from "../memory/mod.ts";

/** What stands before the number of a participant that a host has claimed. */
const CLAIMED = "claimed:";
const SECRET_WORDS = 4;

/**
 * Makes what a child of a host shows its hub to be let in as a participant. As all children know
 * the same key, it is a secret, which the host leaves in the memory that the hub sees, too.
 */
export function claimedTicket({ words }: Memory, id: number): string {
  const secret = crypto.getRandomValues(new Int32Array(SECRET_WORDS));
  const at = participantAt(slotOf(id));
  words.set(secret, at + PARTICIPANT.SECRET);
  // Last: the slot may have a secret of who had it before.
  words[at + PARTICIPANT.SECRET_OF] = id;
  return `${CLAIMED}${id}:${secret.join(":")}`;
}

/** Whether a ticket is like those of {@linkcode claimedTicket}. */
export function isClaimed(ticket: string): boolean {
  return ticket.startsWith(CLAIMED);
}

/** The participant that a ticket was made for; nobody if it is made up. */
export function ownerOf(memory: Memory, ticket: string): number | undefined {
  const { words } = memory;
  const [id, ...secret] = ticket.slice(CLAIMED.length).split(":").map(Number);
  if (!Number.isInteger(id) || id < 0 || !isCurrent(memory, id)) return;
  const at = participantAt(slotOf(id));
  const isRight = words[at + PARTICIPANT.SECRET_OF] === id &&
    secret.length === SECRET_WORDS &&
    secret.every((word, n) => words[at + PARTICIPANT.SECRET + n] === word);
  return isRight ? id : undefined;
}
