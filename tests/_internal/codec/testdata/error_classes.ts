export class PlainFailure extends Error {}

export class NamedFailure extends Error {
  override name = "NamedFailure";
}

export class PickyFailure extends RangeError {
  readonly limit: number;

  constructor(options: { limit: number }) {
    super(`more than ${options.limit}`);
    this.limit = options.limit;
  }
}

export class SecretiveFailure extends Error {
  #reason = "secret";

  override get message(): string {
    return `it is ${this.#reason}`;
  }
}

export class ProtocolFailure extends DOMException {
  constructor(message: string) {
    super(message, "NetworkError");
  }
}

export { PlainFailure as default };
