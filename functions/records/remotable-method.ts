import * as v from 'valibot';
import type { AnyObject } from '#objects/versioned/any-object';
import { parseArguments, type ArgumentEntries, type ParsedArguments } from './arguments.ts';
import type { AuthorityRule } from './authority/rules.ts';
import type { ClassMethodDefinition, InstanceMethodDefinition, Records } from './method.ts';
import { mayNot } from './authority/conditions.ts';
import { permitted, readable } from './permission/permit.ts';

/** What every remotable method states beside its work. */
interface MethodDeclaration<E extends ArgumentEntries, Named extends string> {
  /** The arguments that the method reads, each with its type. */
  readonly schema: E;
  /** Which hosts may call it, and on what. */
  readonly authority: AuthorityRule<Named>;
}

/** A class method, which receives its arguments as the schema types them. */
export function classMethod<const E extends ArgumentEntries>(
  { schema: entries, authority }: MethodDeclaration<E, keyof E & string>,
  run: (records: Records, args: ParsedArguments<E>) => Promise<unknown>,
): ClassMethodDefinition {
  const schema = v.object(entries);
  return {
    schema,
    authority,
    call: async (records, args) => {
      const parsed = parseArguments(schema, args);
      const values = new Map<string, unknown>(Object.entries(parsed));
      const allowed = await permitted(records, authority, (name) => values.get(name));
      return readable(allowed, authority, await run(allowed, parsed));
    },
  };
}

/** An instance method, which receives its arguments as the schema types them. */
export function instanceMethod<const E extends ArgumentEntries>(
  { schema: entries, authority }: MethodDeclaration<E, string>,
  run: (records: Records, object: AnyObject, args: ParsedArguments<E>) => Promise<unknown>,
): InstanceMethodDefinition {
  const schema = v.object(entries);
  return {
    schema,
    authority,
    call: async (records, object, args) => {
      const parsed = parseArguments(schema, args);
      mustNotSay(records, object, LIFE);
      return run(await permitted(records, authority, (name) => object.peek(name)), object, parsed);
    },
  };
}

/** When a record was made, and whether and when it was deleted: the store says it. */
const LIFE = ['created_at', 'deleted_at', 'deleted'];

/** @throws Forbidden for a host that changes a field which is not a host's to say */
export function mustNotSay({ hosts }: Records, object: AnyObject, fields: readonly string[]): void {
  const name = hosts === undefined ? undefined : fields.find((each) => object.changes.has(each));
  if (name !== undefined) throw mayNot(hosts ?? [], `say ${name} of a ${object.type.name}`);
}
