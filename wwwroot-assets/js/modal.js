// The browser's own modal dialog: it traps focus and makes the rest inert; what opened it has focus again when it is gone.
export function show(dialog) {
  const close = event => {
    event.preventDefault();
    dialog.querySelector("[data-close]")?.click();
  };
  dialog.addEventListener("cancel", close);
  dialog.addEventListener("close", close);
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
