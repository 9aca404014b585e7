/*
 * Follows the payments of a page: asks the status endpoint where each stands, less and less often, not at all while nobody looks, and
 * tells the page. Sends the invoice without leaving. Everything here works without it too, by link and form.
 * An event `clickbridge:stage` with `detail.stage` bubbles up from the payment at the start and at every change, for the shop.
 */
(function () {
  "use strict";

  var FIRST_PAUSE_MS = 2000;
  var PAUSE_GROWTH = 1.4;
  var PAUSE_MAX_MS = 20000;
  /** Of one question: an invoice waits for Click. */
  var PATIENCE_MS = 20000;
  var SUBSCRIBER_DIGITS = 9;
  var LAST_STAGES = ["PAID", "RETURNED", "NOT_PAYABLE"];
  var STAGES_WITHOUT_PAYING = LAST_STAGES.concat("CAPTURED");

  /** Resolves with the HTTP status and the JSON; rejects when there was no answer. */
  function ask(url, options) {
    var stop = new AbortController();
    var timer = setTimeout(function () {
      stop.abort();
    }, PATIENCE_MS);
    var asked = Object.assign({ cache: "no-store", signal: stop.signal }, options);
    return fetch(url, asked)
      .then(function (response) {
        return response.json().then(function (body) {
          return { status: response.status, body: body };
        });
      })
      .finally(function () {
        clearTimeout(timer);
      });
  }

  function follow(root) {
    var status = root.getAttribute("data-status");
    var token = root.getAttribute("data-token");
    var stages = JSON.parse(root.getAttribute("data-stages"));
    var state = root.querySelector(".clickbridge-state");
    var ways = root.querySelector(".clickbridge-ways");
    var stage = root.getAttribute("data-stage");
    var pauseMs = FIRST_PAUSE_MS;
    var timer;
    var isAsking = false;
    var isOver = false;
    var forgetInvoice = function () {};

    function show(next) {
      if (next === stage) return;
      stage = next;
      if (stage !== "INVOICE_SENT") forgetInvoice();
      pauseMs = FIRST_PAUSE_MS;
      root.setAttribute("data-stage", stage);
      state.textContent = stages[stage] === undefined ? stages.IN_PROGRESS : stages[stage];
      if (ways) {
        var hadFocus = ways.contains(document.activeElement);
        ways.hidden = STAGES_WITHOUT_PAYING.indexOf(stage) >= 0;
        ways.open = stage !== "IN_PROGRESS";
        if (hadFocus && (ways.hidden || !ways.open)) state.focus();
      }
      tell();
    }

    function tell() {
      isOver = LAST_STAGES.indexOf(stage) >= 0;
      root.dispatchEvent(new CustomEvent("clickbridge:stage", { bubbles: true, detail: { stage: stage } }));
    }

    function look() {
      clearTimeout(timer);
      if (isOver || isAsking || document.hidden) return;
      isAsking = true;
      ask(status, { headers: { Accept: "application/json", "X-ClickBridge-Token": token } })
        .then(function (answer) {
          if (answer.body.stage) show(answer.body.stage);
          // A token that has ended: what is shown would grow old in silence.
          isOver = isOver || answer.status === 403;
          if (answer.status === 403) state.textContent = JSON.parse(root.getAttribute("data-invoice")).TOKEN;
        })
        .catch(function () {})
        .then(function () {
          isAsking = false;
          lookLater();
        });
    }

    function lookLater() {
      clearTimeout(timer);
      // The page may have been taken away by the shop.
      if (isOver || document.hidden || !root.isConnected) return;
      timer = setTimeout(look, pauseMs);
      pauseMs = Math.min(pauseMs * PAUSE_GROWTH, PAUSE_MAX_MS);
    }

    function lookAnew() {
      pauseMs = FIRST_PAUSE_MS;
      look();
    }

    document.addEventListener("visibilitychange", function () {
      if (document.hidden) clearTimeout(timer);
      else lookAnew();
    });
    // Also back from Click's page by the browser's button.
    window.addEventListener("pageshow", function (event) {
      if (event.persisted) lookAnew();
    });
    window.addEventListener("focus", lookAnew);

    var form = root.querySelector(".clickbridge-invoice");
    if (form) {
      forgetInvoice = sendsInvoice(root, form, function () {
        show("INVOICE_SENT");
        lookAnew();
      });
    }
    // The shop may have made the rest of the page before the payment came so far.
    tell();
    lookLater();
  }

  /** Gives back what takes away the word about the last invoice. */
  function sendsInvoice(root, form, onSent) {
    var texts = JSON.parse(root.getAttribute("data-invoice"));
    var phone = form.querySelector(".clickbridge-phone");
    var button = form.querySelector(".clickbridge-send");
    var note = form.querySelector(".clickbridge-note");
    var label = button.textContent;
    var advice = note.textContent;
    var sends = 0;
    var nonce = form.elements.nonce.value;
    // Our own words, where everybody hears them, in place of the browser's.
    form.noValidate = true;

    function say(word, isFault) {
      note.textContent = texts[word] || texts.UNAVAILABLE;
      form.toggleAttribute("data-failed", isFault);
      phone.setAttribute("aria-invalid", String(word === "PHONE"));
      if (word === "PHONE") phone.focus();
    }

    function busy(isBusy) {
      // Not `disabled`: that would take the focus away.
      button.setAttribute("aria-disabled", String(isBusy));
      button.textContent = isBusy ? texts.SENDING : label;
    }

    maskPhone(phone);
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (button.getAttribute("aria-disabled") === "true") return;
      if (subscriberOf(phone.value).length !== SUBSCRIBER_DIGITS) return say("PHONE", true);
      busy(true);
      var sent = new URLSearchParams(new FormData(form));
      sent.set("nonce", nonce + "-" + sends);
      ask(form.action, { method: "POST", headers: { Accept: "application/json" }, body: sent })
        .then(function (answer) {
          // Heard of: another press is another invoice. Without an answer it is the same one, which is sent once.
          if (answer.status < 500) sends += 1;
          // The state above says it at length.
          say(answer.body.invoice === "SENT" ? "DONE" : answer.body.invoice || answer.body.error, answer.body.invoice === undefined);
          if (answer.body.invoice) onSent();
        })
        .catch(function () {
          say("UNAVAILABLE", true);
        })
        .then(function () {
          busy(false);
        });
    });

    return function () {
      note.textContent = advice;
      form.removeAttribute("data-failed");
      phone.removeAttribute("aria-invalid");
    };
  }

  /** The nine digits after the country's code, as far as they are there: also of a whole number put in after a code that stood there. */
  function subscriberOf(text) {
    var digits = text.replace(/\D/g, "");
    if (/^\s*\+?998/.test(text)) digits = digits.slice(3);
    if (digits.length >= 14 && digits.indexOf("00998") === 0) digits = digits.slice(5);
    if (digits.length >= 12 && digits.indexOf("998") === 0) digits = digits.slice(3);
    if (digits.length === 10 && digits.charAt(0) === "8") digits = digits.slice(1);
    return digits.slice(0, SUBSCRIBER_DIGITS);
  }

  function spelled(digits) {
    var parts = [digits.slice(0, 2), digits.slice(2, 5), digits.slice(5, 7), digits.slice(7)];
    return "+998 " + parts[0] + (parts[1] && " " + parts[1]) + (parts[2] && "-" + parts[2]) + (parts[3] && "-" + parts[3]);
  }

  function maskPhone(input) {
    var last = "";
    input.addEventListener("focus", function () {
      if (input.value === "") input.value = "+998 ";
    });
    input.addEventListener("blur", function () {
      if (subscriberOf(input.value) === "") input.value = "";
    });
    input.addEventListener("input", function (event) {
      // Taking away is left to the writer; a mask that puts back what was deleted cannot be got out of.
      var isDeleting = event.inputType !== undefined && event.inputType.indexOf("delete") === 0;
      var isOneMore = event.inputType === "insertText" && last.length === SUBSCRIBER_DIGITS;
      if (!isDeleting) respell(input, isOneMore ? last : subscriberOf(input.value));
      last = subscriberOf(input.value);
    });
  }

  /** Spells the number, and keeps the cursor behind the digit that it was behind. */
  function respell(input, digits) {
    var isAtEnd = input.selectionStart === input.value.length;
    var before = input.value.slice(0, input.selectionStart).replace(/\D/g, "").length;
    input.value = spelled(digits);
    if (isAtEnd) return;
    var at = 0;
    for (var seen = 0; at < input.value.length && seen < before; at += 1) {
      if (/\d/.test(input.value.charAt(at))) seen += 1;
    }
    input.setSelectionRange(at, at);
  }

  function begin() {
    document.querySelectorAll(".clickbridge[data-token]:not([data-followed])").forEach(function (root) {
      root.setAttribute("data-followed", "");
      follow(root);
    });
  }

  // Bitrix may put the checkout into a page that is long there, and this script with it.
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
