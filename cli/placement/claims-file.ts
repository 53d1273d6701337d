import { CommandFailure } from '#cli/deployment/failure';
import type { Json } from '#ports/json';
import type { Allocations, Owner } from '#ports/placement';
import { listOf, mapOf, numbersOf, textOf } from '#wire/reading';

/** What one server, or a migration of it that is not over, holds. */
export interface Claim {
  readonly consumer: string;
  /** The server itself, or the one that its migration moves. */
  readonly server: string;
  readonly owner: Owner;
  readonly allocations: Allocations;
}

/** All claims of a deployment, as they are moved from one placement to another. */
export interface ClaimsFile {
  readonly form: 'serverless-conductor claims';
  readonly version: 1;
  /** Which placement kept them: the deployment's own, or that of its cloud. */
  readonly keptBy: 'deployment' | 'cloud';
  /** Names of the compute nodes and of providers below them, by uuid. */
  readonly providers: Readonly<Record<string, string>>;
  readonly claims: readonly Claim[];
}

export const FORM = { form: 'serverless-conductor claims', version: 1 } as const;

/**
 * Reads an exported file.
 *
 * @throws CommandFailure for what is none, with what is wrong in it
 */
export function readClaims(text: string, file: string): ClaimsFile {
  const { form, version, keptBy, providers, claims } = mapOf(parsed(text, file));
  if (form !== FORM.form || version !== FORM.version)
    throw new CommandFailure(`${file} is no file of conductor placement export, or of another version of it`);
  return {
    ...FORM,
    keptBy: keptBy === 'cloud' ? 'cloud' : 'deployment',
    providers: Object.fromEntries(Object.entries(mapOf(providers)).map(([uuid, name]) => [uuid, textOf(name) ?? ''])),
    claims: listOf(claims).map((claim, at) => readClaim(claim, `${file}, claim ${at + 1}`)),
  };
}

function readClaim(value: Json, place: string): Claim {
  const { consumer, server, owner, allocations } = mapOf(value);
  const [uuid, of] = [textOf(consumer), textOf(server)];
  const { projectId, userId } = mapOf(owner);
  const [project, user] = [textOf(projectId), textOf(userId)];
  const held = Object.entries(mapOf(allocations)).map(([provider, amounts]) => [provider, numbersOf(amounts)] as const);
  if (uuid === undefined || of === undefined || project === undefined || user === undefined)
    throw new CommandFailure(`${place} lacks consumer, server or owner: export again`);
  if (held.length === 0 || held.some(([, amounts]) => Object.keys(amounts).length === 0))
    throw new CommandFailure(`${place} holds nothing: export again`);
  return {
    consumer: uuid,
    server: of,
    owner: { projectId: project, userId: user },
    allocations: Object.fromEntries(held),
  };
}

function parsed(text: string, file: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch (error) {
    throw new CommandFailure(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
