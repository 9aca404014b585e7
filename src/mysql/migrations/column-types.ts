/** Types of columns that several tables have. */
export const NOW = "datetime(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)";
export const ASCII_64 = "varchar(64) CHARACTER SET ascii COLLATE ascii_bin";
/** A state or kind of one of our closed lists. */
export const CODE_32 = "varchar(32) CHARACTER SET ascii COLLATE ascii_bin";
/** A UUID. */
export const REQUEST_ID = "char(36) CHARACTER SET ascii COLLATE ascii_bin";
export const FEE = "bigint NOT NULL DEFAULT 0 COMMENT 'what of amount_tiyin the buyer pays on top of the order'";
