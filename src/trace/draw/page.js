// Shows the details of the call under the pointer, or of the one that has the keyboard's focus.
(() => {
  const picture = document.querySelector('svg.trace');
  const tip = document.getElementById('tip');

  const hide = () => {
    tip.hidden = true;
    picture.classList.remove('asking');
    for (const lit of picture.querySelectorAll('.lit')) lit.classList.remove('lit');
  };

  const show = (figure, x, y) => {
    hide();
    const key = figure.dataset.key ?? figure.dataset.of;
    const details = document.getElementById(key);
    if (!details) return;
    tip.replaceChildren(...details.cloneNode(true).childNodes);
    tip.hidden = false;
    // Beside the pointer, and inside the window.
    const right = x + 18 + tip.offsetWidth <= innerWidth;
    tip.style.left = Math.max(8, right ? x + 18 : x - 18 - tip.offsetWidth) + 'px';
    tip.style.top = Math.max(8, Math.min(y + 14, innerHeight - tip.offsetHeight - 8)) + 'px';
    picture.classList.add('asking');
    picture.querySelector(`[data-key="${key}"]`).classList.add('lit');
    for (const link of picture.querySelectorAll('.link')) {
      if (link.dataset.from === key || link.dataset.to === key) link.classList.add('lit');
    }
  };

  const figure = (event) => event.target.closest('[data-key], [data-of]');
  picture.addEventListener('pointerover', (event) => {
    const found = figure(event);
    if (found) show(found, event.clientX, event.clientY);
    else hide();
  });
  picture.addEventListener('pointerleave', hide);
  picture.addEventListener('focusin', (event) => {
    const found = figure(event);
    if (!found || !found.matches(':focus-visible')) return;
    const box = found.getBoundingClientRect();
    show(found, box.right, box.top);
  });
  picture.addEventListener('focusout', hide);
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') hide();
  });
})();
