import chain from '@middy/core';
import { wire } from '#wiring';
import { stepFunction, type StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { unshelveSteps } from './steps.ts';

/** Lambda behind the unshelve workflow. */
export const handler = chain<StepEvent<PlacedState>>().handler(stepFunction(wire('unshelve'), unshelveSteps));
