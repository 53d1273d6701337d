import type { Services } from '#ports/services';
import { stepFunction, type Steps } from '../step.ts';
import { buryRequest } from './bury-in-cell0.ts';
import { cleanUpBuildArtifacts } from './clean-up-build-artifacts.ts';
import { failServers } from './fail-servers.ts';
import { recheckQuota, undoRecheckQuota } from './recheck-quota.ts';
import { selectDestinations, undoSelectDestinations } from './select-destinations.ts';
import type { BuildState } from './state.ts';

/** The steps of build.asl.ts by the name that its Tasks give. */
export const buildSteps: Steps<BuildState> = {
  'bury-in-cell0': buryRequest,
  'clean-up-build-artifacts': cleanUpBuildArtifacts,
  'fail-servers': failServers,
  'recheck-quota': recheckQuota,
  'select-destinations': selectDestinations,
  'undo-recheck-quota': undoRecheckQuota,
  'undo-select-destinations': undoSelectDestinations,
};

/** The function of the build workflow over its ports. */
export const buildFunction = (services: Services) => stepFunction(services, buildSteps);
