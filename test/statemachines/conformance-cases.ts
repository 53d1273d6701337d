import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, parseJson, type Json, type JsonObject } from '#local/runner/json';

const SHARED = process.env['SHARED_DIR'] ?? join(import.meta.dirname, '..', '..', '..', 'shared');
const FILES = ['cases.jsonl', 'cases-from-docs.jsonl'].map((file) => join(SHARED, 'asl-conformance', file));

/** The cases lie beside the repository; a plain clone runs without them. */
export const casesAreHere = FILES.every((file) => existsSync(file));

/** One line of the files, with repetitions written out and function placeholders made into ARNs. */
export type Case = JsonObject & { readonly id: string };

export function loadCases(): Case[] {
  return FILES.flatMap((file) => readFileSync(file, 'utf8').trim().split('\n')).map((line) => {
    const json = expand(parseJson(line) ?? null);
    if (!isJsonObject(json) || typeof json['id'] !== 'string') throw new Error('a case without an id');
    return Object.assign(json, { id: json['id'] });
  });
}

function fill(text: string): string {
  return text.replace(/\$\{(\w+)\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1');
}

function expand(value: Json): Json {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map(expand);
  if (!isJsonObject(value)) return value;
  const { '<repeat>': repeated, times } = value;
  if (typeof repeated === 'string' && typeof times === 'number') return repeated.repeat(times);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [fill(key), expand(member)]));
}

/** A member that has to be an object; a missing one is empty. */
export function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** Scalars as text; a structure as JSON, which no expectation equals. */
export function shown(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
