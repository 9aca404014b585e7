// What a shop may do with the checkout's word: show the payment as paid, without loading the page again.
document.addEventListener("clickbridge:stage", (event) => {
  const payment = event.target.closest(".payment");
  if (event.detail.stage !== "PAID" || payment === null) return;
  payment.dataset.paymentState = "paid";
  const badge = payment.querySelector(".badge");
  badge.classList.add("paid");
  badge.textContent = "Paid";
});
