import chain from '@middy/core';
import { wire } from '#wiring';
import { stepFunction, type StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { liveMigrateSteps } from './steps.ts';

/** Lambda behind the live-migrate workflow. */
export const handler = chain<StepEvent<PlacedState>>().handler(stepFunction(wire('live-migrate'), liveMigrateSteps));
