import * as v from 'valibot';
import { optionalNames, optionalText, wholeNumber } from './values.ts';

/** Where an instance is built and deleted now and then, to see whether that works. */
export const CANARY_OPTIONS = {
  canaryHosts: optionalNames({ form: /^[\w.-]{1,255}$/u, values: 'a list of names of hosts' }, 'CANARY_HOSTS'),
  canaryImage: optionalText({ form: /^[\w-]{1,255}$/u, values: 'the id of an image' }, 'CANARY_IMAGE'),
  canaryMinutes: v.optional(wholeNumber(2, 1440, 'CANARY_MINUTES'), 15),
};
