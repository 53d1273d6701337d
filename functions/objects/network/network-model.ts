import { pythonJson } from '#wire/json-text';
import { mapOf } from '#wire/reading';
import type { Field } from '#objects/versioned/any-object';
import { string } from '#objects/versioned/fields';
import { isMap, type Json, type JsonMap } from '#objects/versioned/primitive';

/**
 * A server's networks as JSON text. Nova reads it into a model whose parts keep what they do not know under `meta`, and
 * which are equal when the parts that matter are; so do we.
 */

/** What each part of the model knows, and where further parts are. */
interface Part {
  readonly known: ReadonlySet<string>;
  /** Not compared. */
  readonly ignored: readonly string[];
  readonly parts: Readonly<Record<string, Part>>;
}

const part = (known: string, ignored: readonly string[] = [], parts: Part['parts'] = {}): Part => ({
  known: new Set([...known.split(' '), 'meta']),
  ignored: ['meta', ...ignored],
  parts,
});

const IP = part('address type version');
const FLOATING = part('address type version');
const FIXED = part('address type version floating_ips', [], { floating_ips: FLOATING });
const ROUTE = part('cidr gateway interface', [], { gateway: IP });
const SUBNET = part('cidr dns gateway ips routes version', ['routes'], {
  dns: IP,
  gateway: IP,
  ips: FIXED,
  routes: ROUTE,
});
const NETWORK = part('id bridge label subnets', [], { subnets: SUBNET });
const INTERFACE = part(
  'id address network type details devname ovs_interfaceid qbh_params qbg_params active vnic_type profile preserve_on_delete delegate_create',
  [],
  { network: NETWORK },
);

/** A field of a network model. */
export function networkModel(): Field<string> {
  const text = string('NetworkModel');
  return { ...text, receive: (value, name, receiver) => tidyNetworks(text.receive(value, name, receiver)) };
}

/** The text with unknown entries under `meta`; text that is no model is left as it is. */
function tidyNetworks(text: string): string {
  const model = parsed(text);
  return model === undefined || isTidy(model, INTERFACE) ? text : pythonJson(tidy(model, INTERFACE));
}

/** Whether two texts are the same networks to Nova. */
export function sameNetworks(a: string, b: string): boolean {
  if (a === b) return true;
  const [left, right] = [parsed(a), parsed(b)];
  if (left === undefined || right === undefined) return false;
  return JSON.stringify(essence(left, INTERFACE)) === JSON.stringify(essence(right, INTERFACE));
}

function parsed(text: string): Json | undefined {
  if (text === '[]') return undefined;
  try {
    const model: Json = JSON.parse(text);
    return Array.isArray(model) ? model : undefined;
  } catch {
    return undefined;
  }
}

function isTidy(value: Json, of: Part): boolean {
  if (Array.isArray(value)) return value.every((item) => isTidy(item, of));
  if (!isMap(value)) return true;
  return Object.entries(value).every(([name, inner]) => {
    const nested = of.parts[name];
    return of.known.has(name) && (nested === undefined || isTidy(inner, nested));
  });
}

function tidy(value: Json, of: Part): Json {
  if (Array.isArray(value)) return value.map((item) => tidy(item, of));
  if (!isMap(value)) return value;
  const kept: JsonMap = {};
  const unknown: JsonMap = {};
  for (const [name, inner] of Object.entries(value)) {
    const nested = of.parts[name];
    if (of.known.has(name)) kept[name] = nested === undefined ? inner : tidy(inner, nested);
    else unknown[name] = inner;
  }
  if (Object.keys(unknown).length > 0) kept['meta'] = { ...mapOf(kept['meta']), ...unknown };
  return kept;
}

function essence(value: Json, of: Part): Json {
  if (Array.isArray(value)) return value.map((item) => essence(item, of));
  if (!isMap(value)) return value;
  const names = Object.keys(value).filter((name) => of.known.has(name) && !of.ignored.includes(name));
  const kept: JsonMap = {};
  for (const name of names.toSorted()) {
    const nested = of.parts[name];
    const inner = value[name] ?? null;
    kept[name] = nested === undefined ? inner : essence(inner, nested);
  }
  return kept;
}
