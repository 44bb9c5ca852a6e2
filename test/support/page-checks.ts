// What a test looks for on a page of the dashboard as it is drawn: each gives the faults that it finds.
import type { Page } from 'playwright-core';

/** Buttons, links and fields that are smaller than 24 px either way; a link within a sentence may be (WCAG 2.5.8). */
export async function smallTargets(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll(
    'a[href], button, input, select, textarea, summary, [role="tab"], [role="option"], [role="menuitem"]')].flatMap((element) => {
    // A link that covers its row.
    const isCovering = getComputedStyle(element, '::after').position === 'absolute';
    const { width, height } = (isCovering ? positioned(element) : element).getBoundingClientRect();
    // Of a checkbox its label is the target too.
    const label = element.labels?.[0]?.getBoundingClientRect() ?? { width: 0, height: 0 };
    const isHidden = width <= 1 || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const isInSentence = element.matches('a') && getComputedStyle(element).display === 'inline' &&
      element.parentElement.textContent.trim() !== element.textContent.trim();
    if (isHidden || isInSentence || Math.max(height, label.height) >= 24 && Math.max(width, label.width) >= 24) return [];
    return [element.outerHTML.slice(0, 120) + ' ' + Math.round(width) + ' x ' + Math.round(height)];
    function positioned(inner) {
      return getComputedStyle(inner.parentElement).position === 'static' ? positioned(inner.parentElement) : inner.parentElement;
    }
  })`);
}

/** Texts of which a part cannot be seen, and that neither scroll nor end in an ellipsis; and what stands beside the window. */
export async function cutTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(`[...document.querySelectorAll('body *')].flatMap((element) => {
    const { overflowX, overflowY, textOverflow, clipPath, webkitLineClamp } = getComputedStyle(element);
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('svg, .visually-hidden') || clipPath !== 'none') return [];
    const { left, right, width } = element.getBoundingClientRect();
    const isBeside = width > 0 && (left < -1 || right > innerWidth + 1) && !clippingOf(element);
    const isCutAcross = element.localName !== 'main' && overflowX !== 'visible' && !/auto|scroll/.test(overflowX) && textOverflow !== 'ellipsis' && element.scrollWidth > element.clientWidth + 1;
    const isCutBelow = /hidden|clip/.test(overflowY) && webkitLineClamp === 'none' && element.scrollHeight > element.clientHeight + 4;
    return isBeside || isCutAcross || isCutBelow ? [(isBeside ? 'beside the window: ' : 'cut: ') + element.outerHTML.slice(0, 160)] : [];
    // What stands around it says itself whether it cuts.
    function clippingOf(inner) {
      for (let outer = inner.parentElement; outer; outer = outer.parentElement)
        if (getComputedStyle(outer).overflowX !== 'visible' && outer.localName !== 'main') return outer;
    }
  })`);
}

/** With forced colours: what is told by a colour alone; and what moves although nobody wants that. */
export async function coloursAlone(page: Page): Promise<readonly string[]> {
  return page.evaluate<string[]>(`
    const like = (one) => [...(one.className === '' ? one.parentElement.children : document.getElementsByClassName(one.className))]
      .filter((other) => !other.ariaSelected?.includes('true') && !other.ariaPressed?.includes('true') && !other.ariaCurrent);
    const lines = (one) => {
      const { outlineStyle, borderTopColor, borderBottomColor } = getComputedStyle(one);
      return outlineStyle + borderTopColor + borderBottomColor;
    };
    [
    ...document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 1).map(() => 'something moves'),
    // What has neither text nor picture needs a line, or a colour of its own.
    ...[...document.querySelectorAll('[data-status]')].filter((one) => one.checkVisibility() && one.textContent.trim() === '' &&
      !one.querySelector('svg') && getComputedStyle(one).forcedColorAdjust === 'auto').map((one) => 'a state by its colour alone: ' + one.outerHTML),
    ...[...document.querySelectorAll('[aria-selected="true"], [aria-pressed="true"], [aria-current="true"], [aria-current="step"]')]
      .filter((one) => one.checkVisibility() && like(one).some((other) => lines(other) === lines(one)))
      .map((one) => 'chosen by its colour alone: ' + one.outerHTML.slice(0, 100)),
  ]`);
}

/** Goes through the page by Tab: what has no ring with the focus, is covered then, or keeps the focus for itself. */
export async function focusFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)');
  const faults: string[] = [];
  const seen = new Set<string>();
  let last: string | undefined;
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    const [key, fault] = await page.evaluate<[string, string | undefined]>(`(async () => {
      // An editor stands in a tree of its own.
      const outer = document.activeElement;
      const one = outer.shadowRoot?.activeElement ?? outer;
      if (one === document.body) return ['end'];
      globalThis.numbers ??= new WeakMap();
      if (!numbers.has(one)) numbers.set(one, String(Math.random()));
      const what = one.outerHTML.slice(0, 120);
      const row = one.closest('tr');
      const around = [one, row, one.parentElement?.closest('.cm-editor')];
      // A link that covers its row draws its ring around it.
      const ring = () => [...around.map((each) => [each]), [one, '::after']]
        .some(([each, part]) => each && getComputedStyle(each, part).outlineStyle !== 'none');
      // CodeMirror draws its own a moment later.
      for (let frames = 0; frames < 30 && !ring(); frames += 1) await new Promise(requestAnimationFrame);
      const { left, top, width, height } = one.getBoundingClientRect();
      const at = one.getRootNode().elementFromPoint(left + Math.min(width, 16) / 2, top + Math.min(height, 16) / 2);
      const isCovered = width > 1 && !(at && (one.contains(at) || at.contains(one) || row?.contains(at) || one.labels?.[0]?.contains(at)));
      return [numbers.get(one), !ring() ? 'has no ring: ' + what : isCovered ? 'is covered: ' + what : undefined];
    })()`);
    if (key === last) faults.push('keeps the focus for itself');
    if (key === 'end' || seen.has(key)) return faults;
    seen.add(key);
    last = key;
    if (fault) faults.push(fault);
  }
  return faults;
}
