import type { RequestContext } from '#ports/context';
import type { Services } from '#ports/services';
import { instanceOf } from '#records/instance-item';
import type { Cell } from '#records/method';
import { migrationWire } from '#servers/migration-wire';
import { storedInstance } from '#servers/stored-instance';
import { mustBeWire } from '#wire/wire-object';
import { askCompute } from './ask-compute.ts';
import type { BothCellsState } from './both-cells.ts';
import type { StepEvent } from './step.ts';

/** A call to a host about the copy of a server that its cell has. */
interface AskedOfCopy {
  readonly cell: Cell;
  readonly host: string;
  readonly method: string;
  /** Fields that Nova has loaded of the copy. */
  readonly loaded: readonly string[];
  readonly context: RequestContext;
  readonly messageId: string;
}

/** Calls a host with the copy that its cell has of the server, and with the migration there. */
export async function askAboutCopy(
  services: Services,
  event: StepEvent<BothCellsState>,
  { cell, host, method, loaded, context, messageId }: AskedOfCopy,
): Promise<void> {
  const { server: uuid, migration } = event.state;
  const instance = instanceOf(await storedInstance(services, cell.name, uuid), loaded);
  await askCompute(services, event, {
    cell,
    host,
    method,
    args: {
      instance: mustBeWire(instance.toPrimitive(), 'the instance'),
      migration: await migrationWire(services, cell.name, uuid, migration),
    },
    context,
    messageId,
  });
}
