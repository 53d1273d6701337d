/** Whether pollers may take records: can be shut, with a signal for those who wait inside. */
export class PollerGate {
  #open = true;
  #outside: (() => void)[] = [];
  #shutting: (() => void)[] = [];
  #leave = new AbortController();
  readonly #pollers: number;

  constructor(pollers: number) {
    this.#pollers = pollers;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Aborted when it is shut. */
  get signal(): AbortSignal {
    return this.#leave.signal;
  }

  /** Resolves once all pollers are outside. */
  async shut(): Promise<void> {
    this.#open = false;
    this.#leave.abort();
    if (this.#outside.length < this.#pollers) await new Promise<void>((resolve) => this.#shutting.push(resolve));
  }

  unlock(): void {
    if (this.#open) return;
    this.#open = true;
    this.#leave = new AbortController();
    for (const go of [...this.#outside.splice(0), ...this.#shutting.splice(0)]) go();
  }

  /** Resolves once it is open. */
  async opened(): Promise<void> {
    while (!this.#open)
      await new Promise<void>((resolve) => {
        this.#outside.push(resolve);
        if (this.#outside.length >= this.#pollers) for (const shut of this.#shutting.splice(0)) shut();
      });
  }
}
