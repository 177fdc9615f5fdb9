/** Records what a page complains of: console, uncaught exceptions, violations of its Content Security Policy, a crash. */
import type { ConsoleMessage, Page } from '@playwright/test';
import type { PageObservation } from './schema.ts';
import { textWithoutSecrets, urlWithoutSecrets } from './without-secrets.ts';

const LIMIT = 200;

export type Complaints = Pick<PageObservation, 'console' | 'exceptions' | 'cspViolations' | 'crashed'> & {
  truncated: boolean;
};

export interface ComplaintRecorder {
  complaints: () => Complaints;
  stop: () => Promise<void>;
}

/** Starts to listen; call before the navigation. Violations come from the browser's own issue log, so the page is not touched. */
export async function recordComplaints(page: Page): Promise<ComplaintRecorder> {
  const found: Complaints = { console: [], exceptions: [], cspViolations: [], crashed: false, truncated: false };
  const keep = <Item>(list: Item[], item: Item) => {
    if (list.length < LIMIT) list.push(item);
    else found.truncated = true;
  };
  const onConsole = (message: ConsoleMessage) => {
    const level = message.type();
    if (level !== 'error' && level !== 'warning') return;
    keep(found.console, {
      level,
      text: textWithoutSecrets(message.text()),
      url: urlWithoutSecrets(message.location().url),
    });
  };
  const onException = (error: Error) => keep(found.exceptions, textWithoutSecrets(`${error.name}: ${error.message}`));
  const onCrash = () => {
    found.crashed = true;
  };
  page.on('console', onConsole).on('pageerror', onException).on('crash', onCrash);
  // Others than Chromium tell of violations on the console.
  const isChromium = page.context().browser()?.browserType().name() === 'chromium';
  const browser = isChromium ? await page.context().newCDPSession(page) : undefined;
  browser?.on('Audits.issueAdded', ({ issue }) => {
    const details = issue.details.contentSecurityPolicyIssueDetails;
    if (!details) return;
    keep(found.cspViolations, {
      directive: details.violatedDirective,
      blocked: details.blockedURL ? urlWithoutSecrets(details.blockedURL) : 'inline code or eval',
      reportOnly: details.isReportOnly,
    });
  });
  await browser?.send('Audits.enable');
  return {
    complaints: () => structuredClone(found),
    stop: async () => {
      page.off('console', onConsole).off('pageerror', onException).off('crash', onCrash);
      await browser?.detach().catch(() => undefined);
    },
  };
}
