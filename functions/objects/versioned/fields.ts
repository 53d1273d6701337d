import { ValueError } from '#errors';
import type { Field } from './any-object.ts';
import type { Json } from './primitive.ts';
import { canonicalIp, ipVersion } from './ip-address.ts';
import { canonicalTime } from './timestamp.ts';

/** A field whose stored value is its wire value. */
function scalar<T extends Json>(
  type: string,
  coerce: (value: unknown, name: string) => T,
  values?: readonly string[],
): Field<T> {
  return {
    type,
    nullable: false,
    readOnly: false,
    ...(values === undefined ? {} : { values }),
    coerce,
    receive: coerce,
    send: (value) => value,
    copy: (value) => value,
  };
}

/** Text; numbers are taken as their text. */
export function string(type = 'String'): Field<string> {
  return scalar(type, toText);
}

/** Text of a form, such as an address on a bus. */
export function pattern(type: string, form: RegExp): Field<string> {
  return scalar(type, (value, name) => {
    const text = toText(value, name);
    if (!form.test(text)) throw new ValueError(`Field ${name}: value must match ${form.source}`);
    return text;
  });
}

/** One of a set of texts; aliases are other spellings that peers and users give. */
export function enumOf(
  type: string,
  values: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): Field<string> {
  const allowed = new Set(values);
  const spellings = new Map(Object.entries(aliases));
  return scalar(
    type,
    (value, name) => {
      if (typeof value === 'string' && allowed.has(value)) return value;
      const text = toText(value, name);
      const canonical = spellings.get(text.toLowerCase()) ?? (spellings.size > 0 ? text.toLowerCase() : text);
      if (!allowed.has(canonical)) throw new ValueError(`Field value ${text} is invalid`);
      return canonical;
    },
    values,
  );
}

/** A whole number; numeric text is taken, fractions are cut. */
export function integer(): Field<number> {
  return scalar('Integer', toInteger);
}

/** A number; numeric text is taken. */
export function float(): Field<number> {
  return scalar('Float', (value, name) => {
    if (typeof value === 'number') return value;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
    if (typeof value === 'boolean') return Number(value);
    if (!Number.isFinite(number)) throw new ValueError(`Field ${name}: could not convert to float`);
    return number;
  });
}

/** True or false; any other value is taken by its truth. */
export function boolean(): Field<boolean> {
  return scalar('Boolean', (value) => {
    if (typeof value === 'boolean') return value;
    if (Array.isArray(value)) return value.length > 0;
    return typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : Boolean(value);
  });
}

const TRUE_WORDS = new Set(['1', 't', 'true', 'on', 'y', 'yes']);

/** True or false, also as a word: image properties say `yes` and `on`. */
export function flexibleBoolean(): Field<boolean> {
  return scalar('FlexibleBoolean', (value) =>
    typeof value === 'boolean' ? value : TRUE_WORDS.has(String(value).trim().toLowerCase()),
  );
}

/** A time as `YYYY-MM-DDTHH:MM:SSZ`; a time without a zone is UTC. */
export function dateTime(): Field<string> {
  return scalar('DateTime', (value, name) => {
    const time = typeof value === 'string' ? canonicalTime(value) : null;
    if (time === null) throw new ValueError(`A datetime is required in field ${name}`);
    return time;
  });
}

/** A uuid as text. A malformed one is taken, as Nova only warns of it. */
export function uuid(): Field<string> {
  return string('UUID');
}

/** An IPv4 or IPv6 address as text. */
export function ipAddress(version?: 4 | 6): Field<string> {
  return scalar(version === undefined ? 'IPAddress' : `IPV${version}Address`, (value, name) => {
    const text = toText(value, name);
    const found = ipVersion(text);
    if (found === null || (version !== undefined && found !== version)) {
      throw new ValueError(`Network "${text}" is not valid in field ${name}`);
    }
    return canonicalIp(text);
  });
}

/** A MAC address, in lower case. */
export function macAddress(): Field<string> {
  return scalar('MACAddress', (value, name) => {
    const text = toText(value, name).toLowerCase().replaceAll('-', ':');
    if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(text)) {
      throw new ValueError(`Malformed MAC ${text} in field ${name}`);
    }
    return text;
  });
}

function toText(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  throw new ValueError(`A string is required in field ${name}, not a ${typeof value}`);
}

function toInteger(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value);
  if (typeof value === 'boolean') return Number(value);
  // Nineteen digits are the widest column of Nova.
  if (typeof value === 'string' && /^\s*[+-]?0*\d{1,19}\s*$/.test(value)) return Number(value);
  throw new ValueError(`Field ${name}: invalid literal for an integer`);
}
