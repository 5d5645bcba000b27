import { hostedType } from "./_hosted.ts";
import { WaitingLine } from "./_waiting_line.ts";

class EventState {
  isSet = false;
  readonly line = new WaitingLine<void>();
}

/** Events for others. */
export const EVENT = hostedType<EventState>(
  "EventProxy",
  () => new EventState(),
  {
    isSet: (event) => event.isSet,
    set(event) {
      event.isSet = true;
      event.line.letAllGo(() => {});
    },
    clear(event) {
      event.isSet = false;
    },
    wait: (event, _args, call) =>
      event.isSet ? undefined : event.line.wait(call),
  },
);
