import { fileURLToPath } from 'node:url';
import { assumptionsPage } from './assumptions-page.ts';
import { settlePage } from './generated-files.ts';

const PAGE = fileURLToPath(new URL('../docs/aws-assumptions.md', import.meta.url));

settlePage(PAGE, assumptionsPage(), 'npm run assumptions');
