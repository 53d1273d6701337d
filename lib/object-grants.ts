import { namedCloud } from '#configuration/openstack';
import { STATE_MACHINES } from '../statemachines/definitions.ts';
import type { Grantee } from './access.ts';
import { type FunctionSettings, notifiesOfCalls } from './api-stack.ts';
import type { Names } from './names.ts';
import { type Port, Ports } from './ports.ts';

/** What a host's object calls may reach beyond the records of its own cell. */
export const OBJECT_RPC_PORTS: readonly Port[] = [
  'pulses',
  'api-reader',
  'api-lists',
  'quota-usage',
  'cell-records',
  'placement',
  'placement-names',
  'waiting-calls',
  'settled-tokens',
  'answered-tokens',
  'replies',
  'payloads',
];

/** The same by the function URL, where no pulse is sent on, and nobody answers a call of ours. */
const OBJECT_URL_PORTS: readonly Port[] = OBJECT_RPC_PORTS.filter(
  (port) => port !== 'pulses' && port !== 'waiting-calls' && port !== 'answered-tokens',
);

/** Whose object calls are answered, and by what settings. */
export interface ObjectGrantsProps {
  readonly names: Names;
  readonly cell: string;
  readonly settings: FunctionSettings;
}

/** What the functions that answer the object calls of a cell may do, in whichever role they do it. */
export class ObjectGrants {
  readonly #ports: Ports;
  readonly #cell: string;
  readonly #notifying: readonly Port[];

  constructor({ cell, names, settings }: ObjectGrantsProps) {
    const cloud = namedCloud(settings);
    this.#cell = cell;
    this.#ports = new Ports({ names, workflows: STATE_MACHINES, cell, ...(cloud === undefined ? {} : { cloud }) });
    this.#notifying = notifiesOfCalls(settings) ? ['notifier'] : [];
  }

  /** The function behind the conductor queue, which is also its own reader. */
  queue(grantee: Grantee): void {
    this.#answer(grantee);
    this.#ports.consume(grantee, `cell-${this.#cell}-conductor`);
  }

  /** The role at home in which that function acts from another account, where Lambda reads the queue for it. */
  home(grantee: Grantee): void {
    this.#answer(grantee);
    this.#ports.postpone(grantee, `cell-${this.#cell}-conductor`);
  }

  /** The function's own role in that account: all else it does at home. */
  abroad(grantee: Grantee): void {
    this.#ports.receive(grantee, `cell-${this.#cell}-conductor`);
  }

  /** The function behind the function URL. */
  url(grantee: Grantee): void {
    this.#ports.grant(grantee, [...OBJECT_URL_PORTS, ...this.#notifying]);
  }

  #answer(grantee: Grantee): void {
    this.#ports.grant(grantee, [...OBJECT_RPC_PORTS, ...this.#notifying]);
    this.#ports.send(grantee, `cell-${this.#cell}-conductor-dlq`);
  }
}
