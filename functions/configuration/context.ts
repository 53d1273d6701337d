import * as v from 'valibot';
import { CELL_ACCOUNT_OPTIONS } from './cell-accounts.ts';
import { closestName } from './closest-name.ts';
import { FUNCTION_OPTIONS } from './options.ts';
import { ConfigurationInvalid, faultsByKey } from './read.ts';
import { SIZE_OPTIONS } from './sizes.ts';
import { flag, names, optionalNames, text } from './values.ts';

/* What synthesis reads. Functions import none of it: they would read it at every start. */

/** From where functions reach private addresses of the cloud. */
const OPENSTACK_NETWORK_OPTIONS = {
  openstackSubnets: optionalNames({ form: /^subnet-[0-9a-f]+$/u, values: 'a list of ids of subnets' }),
  openstackSecurityGroups: optionalNames({ form: /^sg-[0-9a-f]+$/u, values: 'a list of ids of security groups' }),
};

/** What the context decides for the stacks alone. */
const STACK_OPTIONS = v.strictObject({
  cells: v.optional(
    names({
      form: /^[a-z][a-z0-9-]{0,30}$/u,
      values: 'a list of lower-case names of at most 31 characters',
      remedy: 'rename it in cdk.json',
      once: 'name each cell once, and cell0 not at all',
      reserved: 'cell0',
    }),
    [],
  ),
  ...CELL_ACCOUNT_OPTIONS,
  stage: v.optional(
    v.nullable(text({ form: /^[a-z][a-z0-9-]{0,30}$/u, values: 'a lower-case name of at most 31 characters' })),
    null,
  ),
  tracing: v.optional(flag(), false),
  ...SIZE_OPTIONS,
  ...OPENSTACK_NETWORK_OPTIONS,
});

/** All that a context may say. */
export const CONTEXT = v.strictObject({ ...FUNCTION_OPTIONS.entries, ...STACK_OPTIONS.entries });

export type ContextOptions = v.InferOutput<typeof CONTEXT>;

/** Keys that CDK, its command and its lookups put into the context of every app. */
const OF_CDK = /^(?:aws:cdk:|@aws-cdk\/|aws-cdk:|@aws-cdk-[a-z]+\/|[a-z-]+:account=)/u;
const NAMES_OF_CDK: ReadonlySet<string> = new Set(['cli-telemetry', 'acknowledged-issue-numbers', 'tree']);

/**
 * The context of the app, checked.
 *
 * @param context all keys, those of CDK included
 * @throws ConfigurationInvalid that says all that is wrong
 */
export function readContext(context: Readonly<Record<string, unknown>>): ContextOptions {
  const known = Object.keys(CONTEXT.entries);
  const own = Object.entries(context).filter(([key]) => !OF_CDK.test(key) && !NAMES_OF_CDK.has(key));
  const unknown = own.flatMap(([key]) => (known.includes(key) ? [] : [unknownKey(key, known)]));
  const given = Object.fromEntries(own.filter(([key]) => known.includes(key)));
  const result = v.safeParse(CONTEXT, given);
  const wrong = result.success ? [] : faultsByKey(result.issues, given, (key) => `context "${key}"`).values();
  if (result.success && unknown.length === 0) return result.output;
  throw new ConfigurationInvalid([...unknown, ...wrong].join('\n'));
}

const unknownKey = (key: string, known: readonly string[]): string =>
  `context "${key}" is not a key of this app: ${meantBy(key, known)}`;

/** What to do about a key that nobody knows. */
export function meantBy(key: string, known: readonly string[]): string {
  const meant = closestName(key, known);
  return meant === undefined ? 'docs/configuration.md lists them all' : `did you mean "${meant}"?`;
}
