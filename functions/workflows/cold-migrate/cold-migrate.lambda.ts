import chain from '@middy/core';
import { wire } from '#wiring';
import { stepFunction, type StepEvent } from '../step.ts';
import type { PlacedState } from './state.ts';
import { coldMigrateSteps } from './steps.ts';

/** Lambda behind the cold-migrate workflow. */
export const handler = chain<StepEvent<PlacedState>>().handler(stepFunction(wire('cold-migrate'), coldMigrateSteps));
