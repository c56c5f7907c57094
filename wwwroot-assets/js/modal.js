// The browser's own modal dialog: it traps focus and makes the rest inert; what opened it has focus again when it is gone.
export function show(dialog) {
  const close = event => {
    event.preventDefault();
    dialog.querySelector("[data-close]")?.click();
  };
  dialog.addEventListener("cancel", close);
  dialog.addEventListener("close", close);
  // Enter in a field of one line is what it is in every form: the main button. What destroys something is pressed itself.
  dialog.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.isComposing || event.defaultPrevented || !event.target.matches("input:not([type=checkbox], [type=radio], [type=range], [type=file], [readonly])") || event.target.form) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
    dialog.querySelector(":scope > footer button.primary:enabled")?.click();
  });
  // Rendered away instead of closed, it cannot give focus back by itself.
  const opener = document.activeElement;
  new MutationObserver((_, watch) => {
    if (dialog.isConnected) return;
    watch.disconnect();
    if (document.activeElement === document.body && opener?.isConnected) opener.focus();
  }).observe(document.body, { childList: true, subtree: true });
  if (!dialog.open) dialog.showModal();
  // The browser would begin at the button that closes it; whoever opened a form wants to fill it in.
  dialog.querySelector(":scope > .content :is(input, select, textarea):enabled")?.focus({ focusVisible: true });
}
