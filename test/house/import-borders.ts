import type { HouseRule, SourceFile } from './source-tree.ts';

/** A border: files that lie inside may import only, or may not import, what begins with one of the names. */
interface Border {
  readonly id: string;
  readonly says: string;
  readonly inside: readonly string[];
  /** Files of the folder that the border is open to. */
  readonly except?: readonly string[];
  readonly only?: readonly string[];
  /** Files that are open to all in spite of `never`. */
  readonly open?: readonly string[];
  /** Where types may come from besides. */
  readonly types?: readonly string[];
  readonly never?: readonly string[];
}

const BORDERS: readonly Border[] = [
  {
    id: 'H101',
    says: 'lib imports nothing from functions: it names entry files',
    inside: ['lib/'],
    never: ['functions/', 'test/'],
  },
  {
    id: 'H102',
    says: 'functions import nothing from lib, and no code of tests',
    inside: ['functions/'],
    never: ['lib/', 'test/', 'aws-cdk-lib', 'constructs'],
  },
  {
    id: 'H103',
    says: 'decisions import objects and errors, and of ports the types only, so that they are tested without AWS',
    inside: ['functions/conductor/'],
    only: ['functions/conductor/', 'functions/objects/', 'functions/errors'],
    types: ['functions/ports/'],
  },
  {
    id: 'H104',
    says: 'adapters translate: they import no workflow, no decision and no method',
    inside: ['functions/adapters/'],
    never: ['functions/workflows/', 'functions/conductor/', 'functions/rpc/methods/', 'functions/wiring.ts'],
  },
  {
    id: 'H106',
    says: 'what publishers import brings queues, clock and ids along and no other part of the conductor',
    inside: ['functions/client/'],
    open: ['functions/adapters/memory/ids.ts', 'functions/adapters/memory/system-clock.ts'],
    never: [
      'functions/adapters/dynamodb/',
      'functions/adapters/sfn/',
      'functions/adapters/eventbridge/',
      'functions/adapters/http/',
      'functions/adapters/kms/',
      'functions/adapters/memory/',
      'functions/workflows/',
      'functions/conductor/',
      'functions/scheduler/',
      'functions/local/',
      'functions/wiring.ts',
    ],
  },
  {
    id: 'H107',
    says: 'ports are interfaces: they import no adapter, no workflow and no AWS package',
    inside: ['functions/ports/'],
    never: ['functions/adapters/', 'functions/workflows/', 'functions/rpc/', 'functions/wiring.ts', '@aws-sdk/'],
  },
  {
    id: 'H108',
    says: 'a versioned object knows its fields and versions, neither adapters nor callers',
    inside: ['functions/objects/'],
    never: ['functions/adapters/', 'functions/workflows/', 'functions/rpc/', 'functions/wiring.ts', '@aws-sdk/'],
  },
  {
    id: 'H109',
    says: 'steps reach the world by ports: only the handler imports the wiring',
    inside: ['functions/workflows/', 'functions/scheduler/', 'functions/placement/', 'functions/records/'],
    except: ['/handler.ts'],
    never: ['functions/adapters/', 'functions/wiring.ts', '@aws-sdk/'],
  },
  {
    id: 'H110',
    says: 'methods and dispatch reach the world by ports',
    inside: ['functions/rpc/'],
    never: ['functions/adapters/', '@aws-sdk/'],
  },
  {
    id: 'H111',
    says: 'a Lambda never invokes a Lambda',
    inside: ['functions/'],
    never: ['@aws-sdk/client-lambda'],
  },
  {
    id: 'H112',
    says: 'the embedded world is an entry point: nothing but the command line imports it',
    inside: ['functions/'],
    except: ['functions/local/', 'functions/cli/'],
    never: ['functions/local/'],
  },
  {
    id: 'H113',
    says: 'only adapters, the wiring and what stands outside of the functions know packages of AWS',
    inside: ['functions/'],
    except: ['functions/adapters/', 'functions/wiring.ts', 'functions/client/', 'functions/cli/', 'functions/local/'],
    never: ['@aws-sdk/'],
  },
];

const beginsWith = (names: readonly string[], target: string) => names.some((name) => target.startsWith(name));

function crosses(border: Border, file: SourceFile, target: string): boolean {
  const excepted = border.except?.some((name) => file.path.startsWith(name) || file.path.endsWith(name)) ?? false;
  if (border.open?.includes(target) ?? false) return false;
  if (excepted || !beginsWith(border.inside, file.path)) return false;
  if (file.typeImports.includes(target) && beginsWith(border.types ?? [], target)) return false;
  return border.only === undefined ? beginsWith(border.never ?? [], target) : !beginsWith(border.only, target);
}

/** A step never calls a step: what two workflows share lies outside of both folders. */
const workflowsApart: HouseRule = {
  id: 'H114',
  says: 'a workflow imports nothing from the folder of another',
  violations: (file) => {
    const folder = /^functions\/workflows\/([^/]+)\//u;
    const own = folder.exec(file.path)?.[1];
    const others = file.imports.filter((target) => own !== undefined && (folder.exec(target)?.[1] ?? own) !== own);
    return others.map((target) => `${file.path} imports ${target}`);
  },
};

/** Rules about who may import whom. */
export const IMPORT_BORDERS: readonly HouseRule[] = [
  ...BORDERS.map((border) => ({
    id: border.id,
    says: border.says,
    violations: (file: SourceFile) =>
      file.imports.filter((target) => crosses(border, file, target)).map((target) => `${file.path} imports ${target}`),
  })),
  workflowsApart,
];
