import chain from '@middy/core';
import { wire } from '#wiring';
import { stepFunction, type StepEvent } from '../step.ts';
import type { BuildState } from './state.ts';
import { buildSteps } from './steps.ts';

/** Lambda behind the build workflow. */
export const handler = chain<StepEvent<BuildState>>().handler(stepFunction(wire('build'), buildSteps));
