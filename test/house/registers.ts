import type { SourceFile } from './source-tree.ts';

/** A folder whose files each give something that one file lists; what is not listed is never run. */
export interface Register {
  readonly what: string;
  /** Paths of the files that give it. */
  readonly files: RegExp;
  /** How a file gives it; the first group is its name. */
  readonly gives: RegExp;
  /** The file that lists it, where the path of the giving file is known. */
  readonly list: (path: string) => string;
  /** Other files that may use it instead of the list: a part of what is listed. @default none */
  readonly parts?: (path: string) => RegExp;
}

/** What has to be listed to be there. */
export const REGISTERS: readonly Register[] = [
  {
    what: 'a compute_task method',
    files: /^functions\/task-rpc\/methods\/[\w-]+\.ts$/u,
    gives: /^export const (\w+): TaskMethod\b/gmu,
    list: () => 'functions/task-rpc/methods/list.ts',
  },
  {
    what: 'a versioned object',
    files: /^functions\/objects\/(?!notification\/|versioned\/)[\w-]+\/[\w-]+\.ts$/u,
    gives: /^export const (\w+) = define(?:Object|List)\(/gmu,
    list: () => 'functions/objects/registry.ts',
  },
  {
    what: "the server side of an object's methods",
    files: /^functions\/records\/methods\/[\w-]+\.ts$/u,
    gives: /^export const (\w+): RecordMethods\b/gmu,
    list: () => 'functions/object-rpc/registry.ts',
  },
  {
    what: 'a scheduler filter',
    files: /^functions\/scheduler\/filters\/[\w-]+\.ts$/u,
    gives: /^export const (\w+): HostFilter\b/gmu,
    list: () => 'functions/scheduler/filters/list.ts',
  },
  {
    what: 'a scheduler weigher',
    files: /^functions\/scheduler\/weights\/[\w-]+\.ts$/u,
    gives: /^export const (\w+): \w*Weigher\b/gmu,
    list: () => 'functions/scheduler/weights/list.ts',
  },
  {
    what: 'a state machine',
    files: /^statemachines\/[\w-]+\.asl\.ts$/u,
    gives: /^export const (\w+) = workflow\(/gmu,
    list: () => 'statemachines/definitions.ts',
  },
  {
    what: 'a workflow step',
    files: /^functions\/workflows\/[\w-]+\/[\w-]+\.ts$/u,
    gives: /^export (?:async )?function (\w+)\(\s*services: Services,[^)]*\bStepEvent</gmu,
    list: (path) => path.replace(/[^/]+$/u, 'steps.ts'),
    // A step may be done by another one, with others.
    parts: (path) => new RegExp(`^${path.replace(/[^/]+$/u, '')}(?!${path.replace(/^.*\//u, '')})`, 'u'),
  },
];

/** What the files give that their list does not name, in words that name the remedy. */
export function unlisted(register: Register, files: readonly SourceFile[]): string[] {
  return given(register, files).flatMap(({ path, name, list }) => {
    const parts = register.parts?.(path);
    const texts = files
      .filter((file) => file.path === list || parts?.test(file.path) === true)
      .map(({ text }) => text.replaceAll(/^import\b[^;]*;$/gmu, ''));
    const isNamed = texts.some((text) => new RegExp(`\\b${name}\\b`, 'u').test(text));
    return isNamed ? [] : [`${path}: add ${name} to ${list}`];
  });
}

/** Everything of a kind that the files give. */
export const given = (register: Register, files: readonly SourceFile[]) =>
  files
    .filter(({ path }) => register.files.test(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(register.gives)].map(([, name = '']) => ({ path, name, list: register.list(path) })),
    );
