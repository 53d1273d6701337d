/** The servers that run on a host, as its hypervisor has them: none once the host has died. */
export class Guests {
  readonly #host: string;
  readonly #running = new Set<string>();
  readonly #onStart: ((host: string, uuid: string) => void) | undefined;

  constructor(host: string, onStart?: (host: string, uuid: string) => void) {
    this.#host = host;
    this.#onStart = onStart;
  }

  get uuids(): string[] {
    return [...this.#running];
  }

  has(uuid: string): boolean {
    return this.#running.has(uuid);
  }

  start(uuid: string): void {
    this.#running.add(uuid);
    this.#onStart?.(this.#host, uuid);
  }

  stop(uuid: string): void {
    this.#running.delete(uuid);
  }

  stopAll(): void {
    this.#running.clear();
  }
}
