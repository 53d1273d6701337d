import type { Json, JsonMap } from '#ports/json';
import { listOf, mapOf, textOf, textsOf } from '#wire/reading';

/** A request for data or for a change, as the command line that answers it. */
export interface CommandLine {
  readonly argv: readonly string[];
  /** What of its answer is shown. @default all of it */
  readonly shown?: (data: Json) => Json;
}

/** Most servers and executions that a page lists. */
const MOST_SERVERS = 200;
const MOST_EXECUTIONS = 200;

/** Searches of servers, by the names of the options. */
const SEARCHES = ['name', 'state', 'host', 'cell', 'project', 'flavor', 'request'];

type Route = (words: readonly string[], given: Given) => CommandLine;

interface Given {
  readonly query: URLSearchParams;
  readonly body: JsonMap;
}

/** Paths in which `:` stands for a word of the request; words follow `--`, so none is taken for an option. */
const READING: Readonly<Record<string, Route>> = {
  intakes: () => ({ argv: ['intake', 'list'] }),
  hosts: () => ({ argv: ['host', 'list'] }),
  'hosts/:': ([host = '']) => ({ argv: ['host', 'show', '--', host] }),
  executions: () => ({ argv: ['execution', 'list', `--limit=${MOST_EXECUTIONS}`] }),
  'executions/:/:': ([workflow, name]) => ({ argv: ['execution', 'show', '--', `${workflow}/${name}`], shown: course }),
  servers: (_words, { query }) => ({
    argv: ['server', 'list', '--sort=changed:desc', `--limit=${MOST_SERVERS}`, ...searched(query)],
  }),
  waiting: () => ({ argv: ['server', 'list', '--state=transition', '--sort=changed', '--limit=5'] }),
  'servers/:': ([uuid = '']) => ({ argv: ['server', 'show', '--', uuid] }),
  'servers/:/execution': ([uuid = '']) => ({ argv: ['execution', 'show', '--', uuid], shown: course }),
  'dead-letters': () => ({ argv: ['dead-letter', 'list'] }),
  'dead-letters/:': ([queue = '']) => ({ argv: ['dead-letter', 'list', '--', queue] }),
  findings: () => ({ argv: ['audit'], shown: findings }),
  'findings/outcomes': () => ({ argv: ['heal', '--dry-run'], shown: findings }),
};

const CHANGING: Readonly<Record<string, Route>> = {
  'findings/heal': () => ({ argv: ['heal'], shown: findings }),
  'dead-letters/:/redrive': ([queue = ''], { body }) => ({
    argv: ['dead-letter', 'redrive', '--', queue, ...textsOf(body['ids'])],
  }),
};

/** The command line that answers a request; undefined when there is nothing under its path. */
export function commandLineOf(method: string, { pathname, searchParams }: URL, body: Json): CommandLine | undefined {
  const given = { query: searchParams, body: mapOf(body) };
  const asked = wordsOf(pathname);
  for (const [form, route] of Object.entries(method === 'POST' ? CHANGING : READING)) {
    const words = matched(form.split('/'), asked);
    if (words !== undefined) return route(words, given);
  }
  return undefined;
}

/** The words of a path behind `/api/`; none when it is not well encoded. */
function wordsOf(pathname: string): readonly string[] {
  try {
    return pathname.split('/').slice(2).map(decodeURIComponent);
  } catch {
    return [];
  }
}

function matched(form: readonly string[], words: readonly string[]): string[] | undefined {
  if (form.length !== words.length) return undefined;
  const fits = form.every((each, at) => each === ':' || each === words[at]);
  return fits ? words.filter((_, at) => form[at] === ':') : undefined;
}

const searched = (query: URLSearchParams): string[] =>
  SEARCHES.flatMap((name) => {
    const value = query.get(name);
    return value === null || value === '' ? [] : [`--${name}=${value}`];
  });

/** An execution without its input and output, which hold the state of the operation. */
function course(data: Json): Json {
  const { input: _input, output: _output, ...rest } = mapOf(data);
  return rest;
}

/** Findings without the values of their remedies, task tokens among them. */
const findings = (data: Json): Json =>
  listOf(data).map((each) => {
    const { rule = null, subject = null, text = null, advice = null, outcome = null, remedy } = mapOf(each);
    return { rule, subject, text, advice, outcome, remedy: textOf(mapOf(remedy)['kind']) ?? null };
  });
