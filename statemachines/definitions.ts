import type { Workflow } from './states.ts';
import { attachVolume } from './attach-volume.asl.ts';
import { build } from './build.asl.ts';

import { cacheImages } from './cache-images.asl.ts';
import { coldMigrate } from './cold-migrate.asl.ts';
import { confirmAcrossCells } from './confirm-across-cells.asl.ts';
import { crossCellResize } from './cross-cell-resize.asl.ts';
import { launch } from './launch.asl.ts';
import { liveMigrate } from './live-migrate.asl.ts';
import { rebuild } from './rebuild.asl.ts';
import { revertAcrossCells } from './revert-across-cells.asl.ts';
import { unshelve } from './unshelve.asl.ts';

const MACHINES: readonly Workflow[] = [
  attachVolume,
  build,
  cacheImages,
  coldMigrate,
  confirmAcrossCells,
  crossCellResize,
  launch,
  liveMigrate,
  rebuild,
  revertAcrossCells,
  unshelve,
];

/** Names of the workflows that have a state machine, in order. */
export const STATE_MACHINES: readonly string[] = MACHINES.map(({ name }) => name);

/**
 * A workflow's state machine as JSON text in the Amazon States Language, with placeholders such as
 * `${BuildFunctionArn}` for the functions and state machines that it calls.
 *
 * @throws RangeError when no workflow is called so
 */
export function definitionOf(workflow: string): string {
  const machine = MACHINES.find(({ name }) => name === workflow);
  if (machine === undefined) throw new RangeError(`no state machine is called ${JSON.stringify(workflow)}`);
  return `${JSON.stringify(machine.definition, null, 2)}\n`;
}
