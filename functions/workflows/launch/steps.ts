import type { Services } from '#ports/services';
import { stepFunction, type Steps } from '../step.ts';
import { awaitBuild } from './await-build.ts';
import { buildOnHost } from './build-on-host.ts';
import { withBackoff } from '../look-backoff.ts';
import { commitToCell } from './commit-to-cell.ts';
import { placeInstance } from './place.ts';
import type { PlacedState } from './state.ts';

/** The steps of launch.asl.ts by the name that its Tasks give. */
export const launchSteps: Steps<PlacedState> = {
  'await-build': awaitBuild,
  'build-on-host': buildOnHost,
  'bury-in-cell0': async (...args) => (await import('./bury-in-cell0.ts')).buryInstance(...args),
  'check-host': withBackoff(async (...args) => (await import('./check-host.ts')).checkHost(...args)),
  'claim-alternate': async (...args) => (await import('./claim-alternate.ts')).claimAlternate(...args),
  'clean-up-build-artifacts': async (...args) =>
    (await import('./clean-up-build-artifacts.ts')).cleanUpBuildArtifacts(...args),
  'commit-to-cell': commitToCell,
  'fail-build': async (...args) => (await import('./fail-build.ts')).failBuild(...args),
  'map-instance': async (...args) => (await import('./map-instance.ts')).mapInstance(...args),
  place: placeInstance,
  'release-claim': async (...args) => (await import('./release-claim.ts')).releaseClaim(...args),
};

/** The function of the launch workflow over its ports. */
export const launchFunction = (services: Services) => stepFunction(services, launchSteps);
