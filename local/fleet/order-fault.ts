import { older } from '#conductor/compute-rpc';
import type { RpcRequest } from '#wire/envelope';
import { METHODS, METHODS_OF_5, NEWEST, SINCE } from './compute-methods.ts';

/** An argument of a method as nova-compute declares it. */
interface Argument {
  readonly name: string;
  readonly optional: boolean;
}

/**
 * What a nova-compute has against an order, which it then does not carry out: a method or version that it does not
 * have, an argument too many or too few. Undefined when it has nothing.
 */
export function orderFault({ method, version, args, namespace }: RpcRequest): string | undefined {
  if (namespace !== null) return `it has no namespace ${namespace}`;
  const [major = ''] = version.split('.');
  const newest = NEWEST[major];
  if (newest === undefined || older(newest, version))
    return `it speaks ${Object.values(NEWEST).join(' and ')}, not ${version}`;
  const declared = (major === '5' ? METHODS_OF_5[method] : undefined) ?? METHODS[method];
  if (declared === undefined) return `it has no method ${method}`;
  const added = SINCE[method];
  if (added !== undefined && older(version, added)) return `${method} came with ${added}, not with ${version}`;
  return argumentFault(method, version, declared.split(' ').map(argument), Object.keys(args));
}

const argument = (text: string): Argument => ({ name: text.replace('?', ''), optional: text.endsWith('?') });

function argumentFault(
  method: string,
  version: string,
  declared: readonly Argument[],
  given: readonly string[],
): string | undefined {
  const known = declared.filter(({ name }) => {
    const added = SINCE[`${method} ${name}`];
    return added === undefined || !older(version, added);
  });
  const extra = given.find((name) => !known.some((each) => each.name === name));
  if (extra !== undefined) return `${method} takes no ${extra} at ${version}`;
  const missing = known.find(({ name, optional }) => !optional && !given.includes(name));
  return missing === undefined ? undefined : `${method} takes ${missing.name} at ${version}`;
}
