import { buildSteps } from '#workflows/build/steps';
import { coldMigrateSteps } from '#workflows/cold-migrate/steps';
import { launchSteps } from '#workflows/launch/steps';
import { liveMigrateSteps } from '#workflows/live-migrate/steps';
import { rebuildSteps } from '#workflows/rebuild/steps';
import { unshelveSteps } from '#workflows/unshelve/steps';
import type { Step } from '#workflows/step';

/** The steps of every workflow, by the name that its state machine, its folder and its function share. */
export const WORKFLOWS: Readonly<Record<string, Readonly<Record<string, Step<never>>>>> = {
  build: buildSteps,
  'cold-migrate': coldMigrateSteps,
  launch: launchSteps,
  'live-migrate': liveMigrateSteps,
  rebuild: rebuildSteps,
  unshelve: unshelveSteps,
};
