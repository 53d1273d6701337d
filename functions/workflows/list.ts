import { buildSteps } from './build/steps.ts';
import { coldMigrateSteps } from './cold-migrate/steps.ts';
import { launchSteps } from './launch/steps.ts';
import { liveMigrateSteps } from './live-migrate/steps.ts';
import { rebuildSteps } from './rebuild/steps.ts';
import { unshelveSteps } from './unshelve/steps.ts';
import type { Step } from './step.ts';

/** The steps of every workflow, by the name that its state machine, its folder and its function share. */
export const WORKFLOWS: Readonly<Record<string, Readonly<Record<string, Step<never>>>>> = {
  build: buildSteps,
  'cold-migrate': coldMigrateSteps,
  launch: launchSteps,
  'live-migrate': liveMigrateSteps,
  rebuild: rebuildSteps,
  unshelve: unshelveSteps,
};
