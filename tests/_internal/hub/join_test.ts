import { assertEquals, assertRejects } from "@std/assert";
import { joinHub } from "../../../_internal/hub/client.ts";
import type { HubOffer } from "../../../_internal/hub/mod.ts";
import { Listener } from "../../../pipe/mod.ts";

function offerAt(port: number): HubOffer {
  const loopback = { hostname: "127.0.0.1", port };
  return {
    places: { own: loopback, loopback },
    address: loopback,
    key: "00".repeat(32),
    ticket: "none",
  };
}

/** How joining fails, and whether the hub counts as ended then. */
async function failToJoin(offer: HubOffer): Promise<[string, boolean]> {
  let hasEnded = () => false;
  const error = await assertRejects(
    () => joinHub(offer, (told) => hasEnded = told),
    Error,
  );
  return [error.name, hasEnded()];
}

Deno.test("joinHub() takes a hub for ended where nobody listens any more", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  assertEquals(await failToJoin(offerAt(port)), ["ConnectionRefused", true]);
});

Deno.test("joinHub() takes a hub for ended that closes before it lets anybody in", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepting = listener.accept().then((socket) => socket.close());
  assertEquals(await failToJoin(offerAt(port)), ["AuthenticationError", true]);
  await accepting;
  listener.close();
});

Deno.test("joinHub() takes a hub for ended whose port another program has", async () => {
  await using listener = new Listener({
    address: { hostname: "127.0.0.1", port: 0 },
  });
  const accepting = assertRejects(() => listener.accept({ timeout: 20_000 }));
  const { port } = listener.address as { port: number };
  assertEquals(await failToJoin(offerAt(port)), ["AuthenticationError", true]);
  listener.close();
  await accepting;
});

Deno.test("joinHub() does not take a hub for ended because of what it was told wrong", async () => {
  const offer = { ...offerAt(1), key: "no digits" };
  assertEquals(await failToJoin(offer), ["SyntaxError", false]);
});
