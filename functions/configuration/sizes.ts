import * as v from 'valibot';
import { daysOf, wholeNumber } from './values.ts';

/** How much of the account functions take, and from when on a person is called. Known to the stacks alone. */
export const SIZE_OPTIONS = {
  taskConcurrency: v.optional(wholeNumber(2, 1000), 50),
  objectConcurrency: v.optional(wholeNumber(2, 1000), 200),
  objectReservation: v.optional(v.nullable(wholeNumber(2, 100_000)), null),
  directHosts: v.optional(wholeNumber(1, 100_000), 100),
  functionMemory: v.optional(wholeNumber(256, 10_240), 256),
  taskMemory: v.optional(wholeNumber(512, 10_240), 1024),
  stepSeconds: v.optional(wholeNumber(30, 900), 30),
  taskSeconds: v.optional(wholeNumber(30, 110), 60),
  logDays: v.optional(daysOf([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731]), 30),
  alarmMessageAge: v.optional(wholeNumber(60, 345_600), 300),
  alarmWaitingServer: v.optional(wholeNumber(60, 2_678_400), 3600),
};
