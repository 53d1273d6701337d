/** The values an error carries; callers read them, so they survive serialisation. */
export type ErrorParams = Readonly<Record<string, unknown>>;

/** What a raiser may add: a ready text replaces the template, a cause is kept. */
export interface ErrorText {
  readonly message?: string;
  readonly cause?: unknown;
}

/** How Nova writes the class on the wire. */
const NOVA = 'nova.exception';

/** An error of Nova's catalogue: a name, a code for faults, and parameters. */
export class NovaError extends Error {
  /** Stored in faults: 4xx means that no traceback is kept. */
  readonly code: number = 500;
  /** Python module that the name lives in, needed by an oslo.messaging client to raise the same class. */
  readonly module: string = NOVA;
  readonly params: ErrorParams;
  /** Whether the same request may succeed later. */
  readonly passes: boolean = false;

  constructor(message: string, params: ErrorParams = {}, options?: ErrorText) {
    super(options?.message ?? message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.params = params;
  }
}
