import { fileURLToPath } from 'node:url';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { definitionOf, STATE_MACHINES } from '#statemachines/definitions';
import { settleFiles, settlePage } from './generated-files.ts';
import { PARTS, WAYS } from './parts.ts';
import { drawParts } from './parts-drawing.ts';
import { drawWorkflow } from './workflow-diagram.ts';

const graphviz = await Graphviz.load();
const pages = new Map(
  STATE_MACHINES.flatMap((name): [string, string][] => {
    const { page, picture } = drawWorkflow(graphviz, name, definitionOf(name));
    return [
      [`${name}.md`, page],
      [`${name}.svg`, picture],
    ];
  }),
);

settleFiles(fileURLToPath(new URL('../docs/workflows/', import.meta.url)), pages, 'npm run diagrams');
settlePage(fileURLToPath(new URL('../docs/parts.svg', import.meta.url)), drawParts(PARTS, WAYS), 'npm run diagrams');
