import type { Json } from '#ports/json';
import { listOf, mapOf, textOf } from '#wire/reading';
import { jsonOf } from './json-text.ts';

/** More of a service's own words is of no use to anybody. */
const MOST = 300;

/** What a service says of a refusal, from the fields that are known to hold it and nothing else. */
export function detailOf(body: Json | undefined): string {
  const { errors, NeutronError: neutron, message, error_message: cyborg, ...rest } = mapOf(body);
  const [placement] = listOf(errors);
  const [cinder] = Object.values(rest);
  const texts = [
    mapOf(placement)['detail'],
    mapOf(neutron)['message'],
    message,
    faultOf(cyborg),
    mapOf(cinder)['message'],
  ];
  const found = texts.flatMap((text) => textOf(text) ?? [])[0] ?? 'no reason given';
  return found.replaceAll(/\s+/gu, ' ').trim().slice(0, MOST);
}

/** Cyborg's is JSON text within JSON. */
function faultOf(message: Json | undefined): Json | undefined {
  return typeof message === 'string' ? (mapOf(jsonOf({ text: message }))['faultstring'] ?? message) : undefined;
}

/** The type of Neutron's error, for instance `PortBindingError`. */
export const neutronType = (body: Json | undefined): string | undefined =>
  textOf(mapOf(mapOf(body)['NeutronError'])['type']);
