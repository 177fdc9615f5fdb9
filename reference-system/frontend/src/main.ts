import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/pages.css';
import { type Route, startRouter } from './router.ts';
import { restoreSession } from './session.ts';
import { createShell } from './shell.ts';

// No page has a path of the API: both live on one origin, and the proxy's rules win.
const routes: readonly Route[] = [
  { pattern: /^\/$/, load: () => import('./pages/home.ts') },
  { pattern: /^\/search$/, load: () => import('./pages/jobs.ts') },
  { pattern: /^\/search\/[^/]+$/, load: () => import('./pages/job.ts') },
  { pattern: /^\/login$/, load: () => import('./pages/login.ts') },
  { pattern: /^\/register$/, load: () => import('./pages/register.ts') },
  { pattern: /^\/documents$/, load: () => import('./pages/documents.ts') },
  { pattern: /^\/coach$/, load: () => import('./pages/coach.ts') },
  { pattern: /./, load: () => import('./pages/not-found.ts') },
];

const root = document.querySelector<HTMLElement>('#app');
if (!root) throw new Error('index.html has no element #app.');
const shell = createShell(root);
await restoreSession();
await startRouter(shell.main, routes, shell.refresh);
