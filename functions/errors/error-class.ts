import { NovaError, type ErrorParams, type ErrorText } from './nova-error.ts';

/** Names in braces of a message. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** What a raiser gives: the params that the message names, each as the message shows it. */
type Given<Text extends string> = [NamesIn<Text>] extends [never]
  ? [params?: ErrorParams, text?: ErrorText]
  : [params: Readonly<Record<NamesIn<Text>, string | number | null>>, text?: ErrorText];

type ErrorClass<Name extends string, Text extends string> = Omit<typeof NovaError, 'prototype'> &
  (new (...given: Given<Text>) => NovaError & { readonly name: Name });

/** What the base, or the parent, says otherwise. */
interface Kind {
  /** @default the parent's */
  readonly code?: number;
  /** @default the parent's */
  readonly module?: string;
}

/**
 * Declares classes of errors, which are alike but for their name and message.
 *
 * A class is given its name as text: state machines match by it, and bundles shorten the names of classes. A bundle
 * leaves the classes out that it does not use where the function that declares them is marked as one without side
 * effects, in the same file.
 *
 * @param name - as the class is called
 * @param message - with the names of params in braces, as in `Host {host} could not be found.`
 */
export type Declare = <const Name extends string, const Text extends string>(
  name: Name,
  message: Text,
  kind?: Kind,
) => ErrorClass<Name, Text>;

/** An error whose message is given by the class that is declared. */
export abstract class DeclaredError extends NovaError {
  abstract override readonly name: string;

  constructor(params: ErrorParams = {}, text?: ErrorText) {
    super('', params, text);
  }
}

/** Declares a class below a parent, as `Declare` says. */
export function errorClass<const Name extends string, const Text extends string>(
  parent: typeof DeclaredError,
  name: Name,
  message: Text,
  kind?: Kind,
): ErrorClass<Name, Text>;
export function errorClass(parent: typeof DeclaredError, name: string, message: string, kind: Kind = {}) {
  return class extends parent {
    override readonly name = name;

    constructor(params: ErrorParams = {}, text: ErrorText = {}) {
      super(params, { ...text, message: text.message ?? filled(message, params) });
      Object.assign(this, kind);
    }
  };
}

const filled = (message: string, params: ErrorParams): string =>
  message.replaceAll(/\{(\w+)\}/gu, (_, name: string) => String(params[name]));
