// A button of the editor's looks whose description a screen reader finds; the toolkit's hides it behind a shadow root.
import { element, setAttribute } from '../../dom.ts';

/** A new button. Pressed while it is impossible it does nothing: it can be focused, so that its reason can be read. */
export function makePlainButton(
  look: 'primary' | 'secondary',
  text: string,
  onClick: () => void,
): HTMLButtonElement {
  const button = element('button', { type: 'button', class: `plain-button ${look}` }, text);
  button.addEventListener('click', () => {
    if (button.getAttribute('aria-disabled') !== 'true') {
      onClick();
    }
  });
  return button;
}

/** Whether pressing it does something. */
export function setPossible(button: HTMLButtonElement, possible: boolean): void {
  setAttribute(button, 'aria-disabled', String(!possible));
}
