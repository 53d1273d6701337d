import type { Amount } from './definition.ts';
import type { Expressions } from './expressions.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { featureOfField, InvalidDefinition, type Mistake, type RefusedFeature } from './refusal.ts';
import { compileTemplate, type Template } from './template.ts';

/** Reads the fields of one object of a definition, and refuses what is left over: nothing is ignored silently. */
export class Fields {
  /** Undefined for the machine itself. */
  readonly state: string | undefined;
  readonly expressions: Expressions;
  readonly #source: JsonObject;
  readonly #read = new Set<string>(['Comment']);

  constructor(source: Json | undefined, state: string | undefined, expressions: Expressions, what = 'the definition') {
    this.state = state;
    this.expressions = expressions;
    if (!isJsonObject(source)) throw new InvalidDefinition('Field value', state, `${what} is not an object`);
    this.#source = source;
  }

  refuse(feature: RefusedFeature | Mistake, detail: string): never {
    throw new InvalidDefinition(feature, this.state, detail);
  }

  raw(field: string): Json | undefined {
    this.#read.add(field);
    return Object.hasOwn(this.#source, field) ? this.#source[field] : undefined;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#source, field);
  }

  text(field: string): string {
    const value = this.raw(field);
    if (value === undefined) this.refuse('Missing field', field);
    if (typeof value !== 'string') this.refuse('Field value', `${field} is not a string`);
    return value;
  }

  optionalText(field: string): string | undefined {
    return this.has(field) ? this.text(field) : undefined;
  }

  number(field: string, least: number, otherwise: number): number {
    const value = this.raw(field);
    if (value === undefined) return otherwise;
    if (typeof value !== 'number' || value < least)
      this.refuse('Field value', `${field} is no number from ${least} up`);
    return value;
  }

  integer(field: string, least: number, otherwise: number): number {
    const value = this.number(field, least, otherwise);
    if (!Number.isInteger(value)) this.refuse('Field value', `${field} is no integer`);
    return value;
  }

  template(field: string, location = field): Template | undefined {
    const value = this.raw(field);
    if (value === undefined) return undefined;
    try {
      return compileTemplate(value, location, this.expressions);
    } catch (error) {
      return this.refuse('Expression', `${field}: ${error instanceof Error ? error.message : JSON.stringify(error)}`);
    }
  }

  amount(field: string, least: number): Amount | undefined {
    if (!this.has(field)) return undefined;
    const template = this.template(field);
    if (template?.kind === 'expression') return template;
    return this.integer(field, least, least);
  }

  list(field: string): Json[] {
    const value = this.raw(field);
    if (value === undefined) return [];
    if (!Array.isArray(value)) this.refuse('Field value', `${field} is not a list`);
    return value;
  }

  /** To be called last. */
  refuseOthers(): void {
    for (const field of Object.keys(this.#source)) {
      if (!this.#read.has(field)) this.refuse(featureOfField(field), field);
    }
  }
}
