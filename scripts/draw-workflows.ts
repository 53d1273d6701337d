import { fileURLToPath } from 'node:url';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { settleFiles } from './generated-files.ts';
import { drawWorkflow } from './workflow-diagram.ts';

const pages = new Map(STATE_MACHINES.map((name) => [`${name}.md`, drawWorkflow(name, definitionOf(name))]));

settleFiles(fileURLToPath(new URL('../docs/workflows/', import.meta.url)), pages, 'npm run diagrams');
