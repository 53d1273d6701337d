/** What a function URL answered. */
export interface DirectAnswer {
  /** The status of HTTP; one that is not of this deployment's function may say anything. */
  readonly status: number;
  readonly body: string;
}

/**
 * Posts messages to the function URLs of cells (docs/adr/0030-direct-calls.md), in the name of whoever it was made for.
 */
export interface DirectCalls {
  /**
   * Posts one message.
   *
   * @throws NoDirectAnswer when nothing was answered in time: the message may have been carried out
   */
  post(url: string, body: string): Promise<DirectAnswer>;
}

/** Nothing answered at a function URL. */
export class NoDirectAnswer extends Error {
  override readonly name = 'NoDirectAnswer' as const;
}
