/** What stands in for machines in a local world: stacks are deployed and hosts switched on and off by request. */
export class Machines {
  readonly #control: string;

  constructor(control: string) {
    this.#control = control;
  }

  deployCell(name: string, uuid: string): Promise<void> {
    return this.#post('/local/cells', { name, uuid });
  }

  startHost(host: string, cell: string): Promise<void> {
    return this.#post('/local/hosts', { host, cell });
  }

  killHost(host: string): Promise<void> {
    return this.#post('/local/hosts/kill', { host });
  }

  reset(): Promise<void> {
    return this.#post('/local/reset', {});
  }

  async #post(path: string, body: Readonly<Record<string, string>>): Promise<void> {
    const response = await fetch(new URL(path, this.#control), { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`the local world answers ${response.status}: ${await response.text()}`);
  }
}
