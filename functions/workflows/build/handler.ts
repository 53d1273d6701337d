import middy from '@middy/core';
import { wire } from '#wiring';
import { stepFunction } from '../step.ts';
import { buildSteps } from './steps.ts';

/** Lambda behind the build workflow. */
export const handler = middy().handler(stepFunction(wire('build'), buildSteps));
