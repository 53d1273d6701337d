import { registry } from '#objects/registry';
import type { Json, JsonMap, WireObject } from '#ports/json';
import { fieldsOf, mapOf, objectsOf, plainText, textOf } from '#wire/reading';
import { NovaError } from '#errors';
import { shown } from '#cli/output/columns';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import { requestContext } from '#cli/servers/server-request';

const VERSIONS = Object.fromEntries([...registry].map(([name, { version }]) => [name, version]));

type Target = Pick<DeploymentTarget, 'client' | 'clock' | 'ids'>;

/** Asks the API's object function as an API asks it: as an administrator of no project. */
function ask(target: Target, name: string, method: string, ...args: readonly Json[]): Promise<Json> {
  return target.client.objectClassAction(requestContext(target, {}), name, method, VERSIONS, args);
}

/** The objects of a list. */
export async function listed(target: Target, name: string, method = 'get_all', ...args: Json[]): Promise<WireObject[]> {
  const list = await ask(target, name, method, ...args);
  return objectsOf(fieldsOf(list)['objects']);
}

/** Does something to an object, and answers it with what changed. */
export async function act(target: Target, object: WireObject, method: string, kwargs: JsonMap = {}): Promise<JsonMap> {
  const context = requestContext(target, {});
  const done = await orRefused(target.client.objectAction(context, object, method, kwargs));
  return fieldsOf(done.object);
}

/** Lines of the facts of one thing. */
export const factsOf = (facts: JsonMap): string[] => {
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts).map(
    ([name, value]) => `${name.padEnd(width)}  ${typeof value === 'object' ? pairsShown(value) : shown(value)}`,
  );
};

/** The one object of a list that a text names. @throws CommandFailure when there is none, or more than one */
export function oneNamed(
  objects: readonly WireObject[],
  text: string,
  keys: readonly string[],
  noun: string,
): WireObject {
  const found = objects.filter((object) => keys.some((key) => plainText(fieldsOf(object)[key]) === text));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new CommandFailure(
    only === undefined
      ? `there is no ${noun} ${text}: conductor ${noun} list shows those there are`
      : `${found.length} of ${noun} are called ${text}: name one by its ${keys[0] ?? 'id'}`,
  );
}

/** `KEY=VALUE` texts as a map. @throws CommandFailure for one without a key */
export function pairsOf(texts: readonly string[], option: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new CommandFailure(`${option} ${text}: give KEY=VALUE`, EXIT.usage);
    }),
  );
}

/** What the deployment answers when it refuses, in a line. */
async function orRefused<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof NovaError) throw new CommandFailure(error.message);
    throw error;
  }
}

/** Pairs of a map for people. */
export const pairsShown = (value: Json | undefined): string =>
  Object.entries(mapOf(value))
    .map(([key, each]) => `${key}=${textOf(each) ?? JSON.stringify(each)}`)
    .join(', ') || '-';
