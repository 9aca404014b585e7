<?php

declare(strict_types=1);

namespace Bitrix\Sale\PaySystem;

/** What a handler gave back. Its own setters return nothing, so no handler can give back what one of them returned. */
class ServiceResult extends \Bitrix\Main\ORM\Data\Result
{
    public const MONEY_COMING = 'money_coming';
    public const MONEY_LEAVING = 'money_leaving';

    /** @var array<string, mixed> */
    private array $psData = [];
    private ?string $operationType = null;
    private bool $resultApplied = true;
    private string $template = '';
    private string $paymentUrl = '';

    /** @param array<string, mixed> $psData fields of the payment to save */
    public function setPsData(array $psData): void
    {
        $this->psData = $psData;
    }

    /** @return array<string, mixed> */
    public function getPsData(): array
    {
        return $this->psData;
    }

    public function setOperationType(string $operationType): void
    {
        $this->operationType = $operationType;
    }

    public function getOperationType(): ?string
    {
        return $this->operationType;
    }

    public function setResultApplied(bool $resultApplied): void
    {
        $this->resultApplied = $resultApplied;
    }

    public function isResultApplied(): bool
    {
        return $this->resultApplied;
    }

    public function setTemplate(string $template): void
    {
        $this->template = $template;
    }

    public function getTemplate(): string
    {
        return $this->template;
    }

    public function setPaymentUrl(string $paymentUrl): void
    {
        $this->paymentUrl = $paymentUrl;
    }

    public function getPaymentUrl(): string
    {
        return $this->paymentUrl;
    }

    /** @return list<Error> the errors that a buyer may see */
    public function getBuyerErrors(): array
    {
        return array_values(array_filter(
            $this->getErrors(),
            static fn($error) => $error instanceof Error && $error->isVisibleForBuyer()
        ));
    }

    /** @return list<string> */
    public function getBuyerErrorMessages(): array
    {
        return array_map(static fn(Error $error) => $error->getMessage(), $this->getBuyerErrors());
    }
}
