import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '#ports/json';
import type { Cell } from '#records/method';
import { mapOf, numberOf } from '#wire/reading';
import { DRIVER_FOLDER, environmentFolder } from './install.ts';
import { placementSection } from './other-services.ts';
import { StartedProcess } from './processes.ts';
import type { Release } from './releases.ts';

/** What a compute reaches. */
export interface ComputeSurroundings {
  /** Its own folder is made in here. */
  readonly folder: string;
  readonly deployment: string;
  readonly cell: Cell;
  /** Address and port of SQS. */
  readonly sqs: string;
  /** Whether the driver serves the deployment's own placement to it, on a port of the host. */
  readonly servesPlacement: boolean;
  /** Where the function URLs of cells are, without the cell's name. @default no direct calls */
  readonly directUrl?: string;
  /** Sections of nova.conf by which it reaches the services beside Nova. */
  readonly services: string;
}

/** What the hypervisor's methods do, by their names, by default and by order. */
export type Orders = Readonly<
  Record<
    string,
    | { readonly fail: string; readonly after?: true }
    | { readonly hold: true; readonly after?: true }
    | { readonly skip: true }
    | { readonly halted: true }
  >
>;

/** What one host has that the others of its cell have not. */
export interface HostSettings {
  /** Uuid of its node, where its provider is there before it. @default one that it makes up */
  readonly node?: string | undefined;
  /** Settings of the section DEFAULT of its nova.conf; they count where one stands there already. @default none */
  readonly settings?: Readonly<Record<string, string | number>> | undefined;
}

/** A nova-compute of a release, unchanged, over the driver; its hypervisor is virt/scripted.py. */
export class StockCompute {
  readonly host: string;
  readonly folder: string;
  readonly cell: Cell;
  readonly #surroundings: ComputeSurroundings;
  #release: Release;
  #process: StartedProcess | undefined;

  /**
   * @param placementPort - a free port, where the driver may serve placement
   */
  constructor(
    host: string,
    release: Release,
    surroundings: ComputeSurroundings,
    { placementPort, node, settings = {} }: { readonly placementPort: number } & HostSettings,
  ) {
    this.host = host;
    this.cell = surroundings.cell;
    this.folder = join(surroundings.folder, host);
    this.#release = release;
    this.#surroundings = surroundings;
    mkdirSync(join(this.folder, 'instances'), { recursive: true });
    if (node !== undefined) writeFileSync(join(this.folder, 'compute_id'), node);
    const own = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`);
    writeFileSync(join(this.folder, 'nova.conf'), this.#configuration(placementPort, own.join('')));
  }

  get running(): boolean {
    return this.#process?.running === true;
  }

  /** Starts it; of another release when it was upgraded meanwhile. */
  start(release: Release = this.#release): void {
    this.#release = release;
    const python = join(environmentFolder(release), 'bin', 'python');
    const args = [join(import.meta.dirname, 'start-compute.py'), '--config-file', join(this.folder, 'nova.conf')];
    const env = { PYTHONPATH: DRIVER_FOLDER };
    this.#process = new StartedProcess(python, args, {
      output: join(this.folder, 'output.txt'),
      cwd: this.folder,
      env,
    });
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#process?.kill();
  }

  /** Freezes the process, which then neither works nor says anything. */
  hang(): void {
    this.#process?.signal('SIGSTOP');
  }

  /** Lets a frozen process go on where it was. */
  goOn(): void {
    this.#process?.signal('SIGCONT');
  }

  /** Sets what the methods of the hypervisor do. */
  order(orders: Orders): void {
    const file = join(this.folder, 'orders.json');
    if (Object.keys(orders).length === 0) rmSync(file, { force: true });
    else {
      // whole or not at all, for whoever reads it meanwhile
      writeFileSync(`${file}.new`, JSON.stringify(orders));
      renameSync(`${file}.new`, file);
    }
  }

  /** The guests that the hypervisor has, by their uuids, with their power states. */
  guests(): ReadonlyMap<string, number> {
    const file = join(this.folder, 'guests.json');
    const listed: Json = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    const entries = Object.entries(mapOf(listed));
    return new Map(entries.map(([uuid, guest]) => [uuid, numberOf(mapOf(guest)['state']) ?? 0]));
  }

  /** Lines of its log. */
  lines(): readonly string[] {
    const file = join(this.folder, 'nova.log');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  }

  /** What it said beside its log. */
  get said(): string {
    return this.#process?.said ?? '';
  }

  /** Milliseconds that each heartbeat took, from the call to the conductor's answer. */
  heartbeats(): readonly number[] {
    const file = join(this.folder, 'heartbeats.txt');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').map(Number) : [];
  }

  #configuration(placementPort: number, own: string): string {
    const { deployment, cell, sqs, directUrl, services, servesPlacement } = this.#surroundings;
    const direct = directUrl === undefined ? '' : `direct_url = ${directUrl}/${cell.name}\n`;
    const served = servesPlacement ? `placement_port = ${placementPort}\n` : '';
    return `[DEFAULT]
host = ${this.host}
log_file = ${this.folder}/nova.log
use_stderr = false
state_path = ${this.folder}
instances_path = ${this.folder}/instances
compute_driver = scripted.ScriptedDriver
transport_url = sqs://${sqs}/${deployment}/${cell.name}?emulator=true
report_interval = 2
service_down_time = 10
# the periodic tasks, from the start on, each several times in a run
periodic_fuzzy_delay = 0
update_resources_interval = 10
heal_instance_info_cache_interval = 5
sync_power_state_interval = 10
running_deleted_instance_poll_interval = 10
instance_delete_interval = 10
shelved_poll_interval = 10
volume_usage_poll_interval = 10
${own}[image_cache]
manager_interval = 10
[oslo_messaging_sqs]
guest_list = nova.virt.scripted:guests
counters_seconds = 20
poll_seconds = 5
${direct}${served}[oslo_messaging_notifications]
driver = noop
[oslo_concurrency]
lock_path = ${this.folder}/lock
${servesPlacement ? placementSection(`http://127.0.0.1:${placementPort}`) : ''}${services}[vnc]
enabled = false
`;
  }
}
