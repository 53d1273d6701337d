import middy from '@middy/core';
import { wire } from '#wiring';
import { stepFunction } from '../step.ts';
import { launchSteps } from './steps.ts';

/** Lambda behind the launch workflow. */
export const handler = middy().handler(stepFunction(wire('launch'), launchSteps));
