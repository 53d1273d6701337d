import chain from '@middy/core';
import { wire } from '#wiring';
import { stepFunction, type StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { launchSteps } from './steps.ts';

/** Lambda behind the launch workflow. */
export const handler = chain<StepEvent<PlacedState>>().handler(stepFunction(wire('launch'), launchSteps));
