import type { Services } from '#ports/services';
import { stepFunction, type Steps } from '../step.ts';
import { askHost } from './ask-host.ts';
import { begin } from './begin.ts';
import { finish } from './finish.ts';
import { judgeHost } from './judge-host.ts';
import { lookAtHost } from './look-at-host.ts';
import type { HostState } from './state.ts';
import { notifyProgress } from './notify-progress.ts';

/** The steps of cache-images.asl.ts by the name that its Tasks give. */
export const cacheImagesSteps: Steps<HostState> = {
  'ask-host': askHost,
  begin,
  finish,
  'judge-host': judgeHost,
  'look-at-host': lookAtHost,
  'notify-progress': notifyProgress,
};

/** The function of the cache-images workflow over its ports. */
export const cacheImagesFunction = (services: Services) => stepFunction(services, cacheImagesSteps);
